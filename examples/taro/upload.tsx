import { useState } from 'react';
import Taro from '@tarojs/taro';
import { Button, Progress, Text, View } from '@tarojs/components';
import COS from '@sampan/sdk/taro';

interface KeysAnswer {
  credentials: { tmpSecretId: string; tmpSecretKey: string; sessionToken: string };
  startTime: number;
  expiredTime: number;
}

const cos = new COS({
  Host: Taro,
  Domain: 'http://127.0.0.1:9000/{Bucket}',
  // Keys from the backend; see ../backend. On a phone its address is your computer's.
  getAuthorization: async ({ Key }: COS.GetAuthorizationOptions) => {
    const { statusCode, data } = await Taro.request<KeysAnswer>({
      url: `http://127.0.0.1:3000/keys?key=${encodeURIComponent(Key)}`,
    });
    if (statusCode !== 200) throw new Error(`the backend answered ${statusCode}`);
    return {
      TmpSecretId: data.credentials.tmpSecretId,
      TmpSecretKey: data.credentials.tmpSecretKey,
      SecurityToken: data.credentials.sessionToken,
      StartTime: data.startTime,
      ExpiredTime: data.expiredTime,
      ScopeLimit: true,
    };
  },
});

/** A page that uploads a photo. */
export default function Upload() {
  const [percent, setPercent] = useState(0);
  const [said, setSaid] = useState('');

  const choose = async () => {
    const { tempFilePaths } = await Taro.chooseImage({ count: 1 });
    const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
    const onProgress = (progress: COS.ProgressInfo) => setPercent(progress.percent * 100);
    await cos
      .uploadFile({ ...place, Key: `uploads/${Date.now()}.jpg`, FilePath: tempFilePaths[0]!, onProgress })
      .then(
        ({ Location }) => setSaid(`Stored: ${Location}`),
        (error: Error) => setSaid(error.message),
      );
  };

  return (
    <View>
      <Button onClick={() => void choose()}>Choose a photo</Button>
      <Progress percent={percent} />
      <Text>{said}</Text>
    </View>
  );
}
