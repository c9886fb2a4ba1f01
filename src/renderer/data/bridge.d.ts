import type { SluiceBridge } from '../../preload/bridge.ts';

declare global {
  interface Window {
    readonly sluice?: SluiceBridge;
  }
}
