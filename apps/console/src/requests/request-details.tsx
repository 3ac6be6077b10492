/** One request: why it was refused and what to change, where its time went, and the upload that it belongs to. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, onMounted, ref, shallowRef, type FunctionalComponent } from 'vue';
import { reasonOf } from '../session/session.ts';
import { bytesText, timeText } from '../text/format.ts';
import { t } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { attempt } from '../ui/notice.ts';
import { Nothing } from '../ui/page.tsx';
import { Pairs } from '../ui/pairs.tsx';
import { explanationOf, phases, type Explanation, type Recorded } from './recorded.ts';
import { ofUpload } from './selection.ts';
import { millisecondsText, StatusText } from './request-texts.tsx';

export const RequestDetails = defineComponent(
  (props: { request: Recorded; all: readonly Recorded[]; onClose: () => void }) => {
    const explanation = shallowRef<Explanation>();
    const problem = ref('');
    onMounted(async () => {
      if (!props.request.explained) return;
      try {
        explanation.value = await explanationOf(props.request.id);
      } catch (error) {
        problem.value = reasonOf(error);
      }
    });
    return () => {
      const { requests: words, common } = t();
      const { request } = props;
      return (
        <Dialog side title={`${request.method} ${request.operation}`} onClose={() => props.onClose()}>
          <div class="stack">
            {request.explained && !explanation.value && problem.value === '' ? (
              <Nothing title={common.loading} />
            ) : null}
            {problem.value === '' ? null : <Nothing title={common.failed(problem.value)} />}
            {explanation.value ? <Why explanation={explanation.value} /> : null}
            <Facts request={request} />
            <h3>{words.phases}</h3>
            <Phases request={request} />
            {request.uploadId === undefined ? null : (
              <>
                <h3>{words.timeline}</h3>
                <Timeline requests={ofUpload(props.all, request.uploadId)} />
              </>
            )}
          </div>
        </Dialog>
      );
    };
  },
  { props: ['request', 'all', 'onClose'] },
);

const Why: FunctionalComponent<{ explanation: Explanation }> = ({ explanation }) => {
  const { requests: words, common } = t();
  const { cause, summary, details, fix } = explanation;
  return (
    <section class="stack" aria-label={words.why}>
      <h3>{words.why}</h3>
      <p>{summary}</p>
      {fix ? (
        <>
          <h3>{words.fix}</h3>
          <p>{fix.sentence}</p>
          {fix.document ? (
            <>
              <pre class="code" tabindex={0}>
                {fix.document.content}
              </pre>
              <div class="buttons">
                <Button
                  variant="outline"
                  theme="default"
                  onClick={() =>
                    void attempt(() => navigator.clipboard.writeText(fix.document!.content), common.copied)
                  }
                >
                  {common.copy}
                </Button>
              </div>
            </>
          ) : null}
        </>
      ) : null}
      <details>
        <summary>{`${words.evidence} (${cause})`}</summary>
        <Pairs
          pairs={Object.entries(details).map(([name, value]) => [
            name,
            <pre class="code code--inline">
              {typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}
            </pre>,
          ])}
        />
      </details>
    </section>
  );
};
Why.props = ['explanation'];

const Facts: FunctionalComponent<{ request: Recorded }> = ({ request }) => {
  const { requests: words } = t();
  const facts = [
    [words.status, <StatusText request={request} />],
    [words.code, request.code],
    [words.address, `${request.host}${request.address}`],
    [words.who, request.principal ?? words.anonymous],
    [words.client, [request.clientIp, request.userAgent].filter(Boolean).join(', ')],
    [words.time, timeText(request.startedAt)],
    [words.took, millisecondsText(request.durationMs)],
    [words.bytes, `${bytesText(request.receivedBytes)} / ${bytesText(request.sentBytes)}`],
    [words.lab, request.lab],
    ['x-cos-request-id', request.id],
  ] as const;
  return <Pairs pairs={facts} />;
};
Facts.props = ['request'];

const Phases: FunctionalComponent<{ request: Recorded }> = ({ request }) => {
  const { requests: words } = t();
  const all = phases.map((name) => ({ name, ms: request.phases[`${name}Ms`] }));
  const text = all.map(({ name, ms }) => `${words.phase[name]} ${millisecondsText(ms)}`);
  return (
    <div>
      <div class="phases" role="img" aria-label={text.join(', ')}>
        {all.map(({ name, ms }) => (
          <i key={name} class={`phase--${name}`} style={{ flexGrow: String(ms) }} />
        ))}
      </div>
      <ul class="legend" aria-hidden="true">
        {all.map(({ name }, at) => (
          <li key={name}>
            <i class={`phase--${name}`} />
            {text[at]}
          </li>
        ))}
      </ul>
    </div>
  );
};
Phases.props = ['request'];

/** Each request of an upload as a bar from its beginning to its end. */
const Timeline: FunctionalComponent<{ requests: readonly Recorded[] }> = ({ requests }) => {
  const { requests: words } = t();
  const begin = (request: Recorded): number => Date.parse(request.startedAt);
  const firstMs = Math.min(...requests.map(begin));
  const lastMs = Math.max(...requests.map((request) => begin(request) + request.durationMs));
  const percent = (ms: number): string => `${((ms / Math.max(1, lastMs - firstMs)) * 100).toFixed(2)}%`;
  return (
    <ol class="parts">
      {requests.map((request) => {
        const name = request.partNumber === undefined ? request.operation : words.part(request.partNumber);
        return (
          <li key={request.id} class="parts__part">
            <span>{name}</span>
            <div
              class="timeline"
              role="img"
              aria-label={`${name}: ${String(request.status)}, ${millisecondsText(request.durationMs)}`}
            >
              <i
                class={[
                  'timeline__part',
                  request.status >= 400 || request.broken ? 'timeline__part--bad' : '',
                ]}
                style={{
                  insetInlineStart: percent(begin(request) - firstMs),
                  width: percent(request.durationMs),
                }}
              />
            </div>
          </li>
        );
      })}
    </ol>
  );
};
Timeline.props = ['requests'];
