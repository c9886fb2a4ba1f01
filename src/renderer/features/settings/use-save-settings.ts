import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SettingsChange } from '../../../shared/contract/domain.ts';
import { client, orpc } from '../../data/client.ts';

/** Saves a part of the settings. Each field has its own, so that it alone says how its saving went. */
export function useSaveSettings() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (change: SettingsChange) => client.system.saveSettings(change),
    onSuccess: (settings) =>
      cache.setQueryData(orpc.system.settings.queryOptions({ input: {} }).queryKey, settings),
  });
}
