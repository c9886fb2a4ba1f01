import { mostHosts } from '../../shared/contract/webhooks.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { Store } from '../store/open-store.ts';
import { parseHost, parseHosts } from './webhook-address.ts';

/** Hosts (`name:port`) of this machine and its network that webhooks made with an API key may reach too. */
export interface AllowedHosts {
  hosts(): string[];
  /** These alone from now on. Throws invalid_input. */
  saveHosts(hosts: readonly string[]): string[];
  /** Adds hosts to those allowed, or takes them off; answers all. Throws invalid_input. */
  allowHosts(hosts: readonly string[], allowed: boolean): string[];
}

const setting = 'webhook_hosts';

export function createAllowedHosts(store: Store): AllowedHosts {
  const hosts = () => (store.settings.get(setting) as string[] | undefined) ?? [];

  function save(wished: readonly string[]): string[] {
    const once = [...new Set(wished)];
    if (once.length > mostHosts)
      throw new SluiceError('invalid_input', { reason: `There may be at most ${mostHosts} allowed hosts.` });
    store.settings.set(setting, once);
    return hosts();
  }

  return {
    hosts,
    saveHosts: (wished) => store.write(() => save(wished.map(parseHost))),
    allowHosts: (texts, allowed) =>
      store.write(() => {
        const named = texts.flatMap(parseHosts);
        return save(allowed ? [...hosts(), ...named] : hosts().filter((host) => !named.includes(host)));
      }),
  };
}
