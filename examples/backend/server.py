"""The backend in Python, without a package: GET /keys?key=uploads/photo.jpg gives keys for that file.

COS_SECRET_ID and COS_SECRET_KEY are in the environment; for a local service also STS_ENDPOINT=127.0.0.1:9000.
"""
import base64, hashlib, hmac, json, os, random, re, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from urllib.request import Request, urlopen

SECRET_ID, SECRET_KEY = os.environ["COS_SECRET_ID"], os.environ["COS_SECRET_KEY"]
BUCKET = os.environ.get("COS_BUCKET", "examplebucket-1250000000")
REGION = "ap-guangzhou"
LOCAL = os.environ.get("STS_ENDPOINT")
HOST = LOCAL or "sts.tencentcloudapi.com"
PARTS = [f"{verb}MultipartUpload" for verb in ("Initiate", "Complete", "Abort")]


def keys_for(key):
    appid = BUCKET.rsplit("-", 1)[1]
    statement = {"effect": "allow",
                 "action": [f"name/cos:{name}" for name in ["PutObject", "UploadPart", "ListParts", *PARTS]],
                 "resource": [f"qcs::cos:{REGION}:uid/{appid}:{BUCKET}/{key}"]}
    fields = {"Action": "GetFederationToken", "Version": "2018-08-13", "Region": REGION, "Name": "upload",
              "DurationSeconds": "1800", "Nonce": str(random.randint(1, 2**31)), "SecretId": SECRET_ID,
              "Timestamp": str(int(time.time())), "SignatureMethod": "HmacSHA256",
              "Policy": quote(json.dumps({"version": "2.0", "statement": [statement]}))}
    line = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    digest = hmac.new(SECRET_KEY.encode(), f"POST{HOST}/?{line}".encode(), hashlib.sha256).digest()
    form = urlencode({**fields, "Signature": base64.b64encode(digest).decode()}).encode()
    with urlopen(Request(f"{'http' if LOCAL else 'https'}://{HOST}/", form), timeout=10) as answer:
        response = json.load(answer)["Response"]
    if "Error" in response:
        raise RuntimeError(response["Error"]["Code"])
    given = response["Credentials"]
    return {"startTime": response["ExpiredTime"] - 1800, "expiredTime": response["ExpiredTime"],
            "credentials": {"tmpSecretId": given["TmpSecretId"], "tmpSecretKey": given["TmpSecretKey"],
                            "sessionToken": given["Token"]}}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urlsplit(self.path)
        key = parse_qs(asked.query).get("key", [""])[0]
        known = asked.path == "/keys" and re.fullmatch(r"uploads/[^*]+", key)  # a star would stand for every key
        try:  # A check who asks belongs here.
            status, given = (200, keys_for(key)) if known else (404, {"message": "no such key"})
        except Exception as error:
            self.log_error("no keys: %s", error)
            status, given = 502, {"message": "the keys could not be made"}
        body = json.dumps(given).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Cache-Control": "no-store",
                            "Access-Control-Allow-Origin": "*", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler)
print(f"keys at http://127.0.0.1:{server.server_port}/keys", flush=True)
server.serve_forever()
