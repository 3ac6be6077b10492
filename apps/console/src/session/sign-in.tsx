/** The page to sign in with a key pair. */
import { Alert } from 'tdesign-vue-next/es/alert';
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, reactive, ref } from 'vue';
import { t } from '../text/language.ts';
import { SwitchField, TextField } from '../ui/field.tsx';
import { codeOf, reasonOf, signIn } from './session.ts';

/** Codes of keys that are wrong, rather than of a service that is in trouble. */
const refusals = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSecretId',
  'ExpiredToken',
  'InvalidToken',
]);

export const SignIn = defineComponent(() => {
  const form = reactive({ secretId: '', secretKey: '', token: '', remember: false });
  const problem = ref('');
  const isBusy = ref(false);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const SecretId = form.secretId.trim();
    const SecretKey = form.secretKey.trim();
    if (SecretId === '' || SecretKey === '') {
      problem.value = t().signIn.missing;
      return;
    }
    isBusy.value = true;
    problem.value = '';
    try {
      await signIn({ SecretId, SecretKey, SecurityToken: form.token.trim() || undefined }, form.remember);
    } catch (error) {
      problem.value = refusals.has(codeOf(error)) ? t().signIn.wrong : reasonOf(error);
    } finally {
      isBusy.value = false;
    }
  };

  return () => {
    const { signIn: words } = t();
    return (
      <main class="sign-in" id="content" tabindex={-1}>
        <form class="card sign-in__card" onSubmit={(event: Event) => void submit(event)}>
          <h1>{words.title}</h1>
          <p class="muted">{words.intro}</p>
          <TextField
            label={words.secretId}
            value={form.secretId}
            onInput={(value) => (form.secretId = value)}
          />
          <TextField
            label={words.secretKey}
            type="password"
            value={form.secretKey}
            onInput={(value) => (form.secretKey = value)}
          />
          <details class="sign-in__more">
            <summary>{words.token}</summary>
            <TextField
              label={words.token}
              isBare
              type="password"
              value={form.token}
              onInput={(value) => (form.token = value)}
            />
          </details>
          <SwitchField
            label={words.remember}
            value={form.remember}
            onInput={(value) => (form.remember = value)}
          />
          <p class="field__hint">{words.rememberHint}</p>
          <div role="alert">{problem.value ? <Alert theme="error" message={problem.value} /> : null}</div>
          <Button type="submit" theme="primary" block loading={isBusy.value}>
            {words.submit}
          </Button>
        </form>
      </main>
    );
  };
});
