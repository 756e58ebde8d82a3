import { createApp, h, shallowRef, type VNode } from 'vue';
import PrimeCount from './PrimeCount.vue';
import PrimeEditor from './PrimeEditor.vue';

const shown = shallowRef<() => VNode | null>(() => null);
createApp({ render: () => shown.value() }).mount('main');
Object.assign(globalThis, {
  showCount: (limit: number) => (shown.value = () => h(PrimeCount, { limit })),
  showEditor: () => (shown.value = () => h(PrimeEditor)),
  showNothing: () => (shown.value = () => null),
});
