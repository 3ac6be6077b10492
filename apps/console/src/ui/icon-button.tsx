/** A button that shows a picture only; its words are its name for screen readers and the text under the pointer. */
import { Button } from 'tdesign-vue-next/es/button';
import { defineComponent, h, type Component } from 'vue';

export const IconButton = defineComponent(
  (props: {
    label: string;
    icon: Component;
    theme?: 'default' | 'primary' | 'danger';
    isOutlined?: boolean;
    isDisabled?: boolean;
    onPress: () => void;
  }) =>
    () => {
      const named = { title: props.label, 'aria-label': props.label };
      return (
        <Button
          variant={props.isOutlined ? 'outline' : 'text'}
          shape="square"
          theme={props.theme ?? 'default'}
          disabled={props.isDisabled ?? false}
          onClick={() => props.onPress()}
          {...named}
        >
          {h(props.icon, { 'aria-hidden': 'true' })}
        </Button>
      );
    },
  { props: ['label', 'icon', 'theme', 'isOutlined', 'isDisabled', 'onPress'] },
);
