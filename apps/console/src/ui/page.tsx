/** Pieces that every page has. */
import { defineComponent, type FunctionalComponent } from 'vue';

/** The title of a page, with its main buttons. */
export const PageHead = defineComponent(
  (props: { title: string }, { slots }) =>
    () => (
      <header class="page__head">
        <h1>{props.title}</h1>
        <div class="buttons">{slots['default']?.()}</div>
      </header>
    ),
  { props: ['title'] },
);

/** Says that there is nothing to show, and what to do about it. */
export const Nothing: FunctionalComponent<{ title: string; hint?: string | undefined }> = ({
  title,
  hint,
}) => (
  <div class="nothing">
    <p class="nothing__title">{title}</p>
    {hint ? <p class="muted">{hint}</p> : null}
  </div>
);
Nothing.props = ['title', 'hint'];

/** A page that is not for these keys, or that the service does not offer. */
export const ClosedPage: FunctionalComponent<{ title: string; why: string; hint: string }> = ({
  title,
  why,
  hint,
}) => (
  <section class="page">
    <PageHead title={title} />
    <Nothing title={why} hint={hint} />
  </section>
);
ClosedPage.props = ['title', 'why', 'hint'];
