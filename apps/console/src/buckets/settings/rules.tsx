/** A list of rules that can be edited, added to and taken from. */
import { Button } from 'tdesign-vue-next/es/button';
import { DeleteIcon } from 'tdesign-icons-vue-next';
import type { VNodeChild } from 'vue';
import { t } from '../../text/language.ts';
import { IconButton } from '../../ui/icon-button.tsx';

/** Renders each rule with `fields`, whose `change` replaces a part of it. */
export function ruleList<Rule extends object>(
  rules: readonly Rule[],
  blank: () => Rule,
  set: (rules: readonly Rule[]) => void,
  fields: (rule: Rule, change: (part: Partial<Rule>) => void) => VNodeChild,
): VNodeChild {
  const { settings, common } = t();
  return (
    <div class="stack">
      {rules.length === 0 ? <p class="muted">{settings.noRules}</p> : null}
      {rules.map((rule, at) => (
        <fieldset key={at} class="card rule">
          <legend class="unseen">{settings.rule(at + 1)}</legend>
          <div class="page__head">
            <h3>{settings.rule(at + 1)}</h3>
            <IconButton
              label={`${common.remove}: ${settings.rule(at + 1)}`}
              icon={DeleteIcon}
              onPress={() => {
                set(rules.filter((_, index) => index !== at));
              }}
            />
          </div>
          <div class="fields">
            {fields(rule, (part) => {
              set(rules.map((one, index) => (index === at ? { ...one, ...part } : one)));
            })}
          </div>
        </fieldset>
      ))}
      <div>
        <Button variant="outline" theme="primary" onClick={() => set([...rules, blank()])}>
          {settings.addRule}
        </Button>
      </div>
    </div>
  );
}

/** One a line. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
