import type { Environment } from '../../shared/contract/domain.ts';
import { SluiceError } from '../../shared/errors/sluice-error.ts';
import type { KeyChange } from '../store/keys-repository.ts';
import { realOf } from './file-gate.ts';
import type { Rights } from './key-rights.ts';
import { liesWithin } from './path-rules.ts';
import type { ServiceContext } from './service-context.ts';
import { realFolder } from './settings-service.ts';

export type RightsCheck = (
  rights: KeyChange,
  environment: Environment,
  known?: Pick<Rights, 'pipelineIds' | 'folders'>,
) => KeyChange;

/**
 * Rights as they are stored: nothing twice, pipelines that exist for the environment, folders with their links resolved.
 * What a key has already stays as it is, also where it was removed since. Throws not_found, invalid_input.
 */
export function createRightsCheck({ store, home }: ServiceContext): RightsCheck {
  function requirePipeline(id: string, environment: Environment): void {
    const pipeline = store.pipelines.head(id);
    if (!pipeline || (pipeline.environment !== null && pipeline.environment !== environment))
      throw new SluiceError('not_found', { what: 'pipeline', id });
  }

  function ownFolder(path: string): string {
    const folder = realFolder(path, 'be given to a key');
    if (!liesWithin(realOf(home.root), folder)) return folder;
    throw new SluiceError('invalid_input', {
      reason: `The folder ${path} cannot be given to a key: it is Sluice’s own. The files folder is open to all keys already.`,
    });
  }

  return ({ scopes, pipelineIds, folders, ...rights }, environment, known) => {
    for (const id of pipelineIds ?? [])
      if (!known?.pipelineIds?.includes(id)) requirePipeline(id, environment);
    const real = folders?.map((path) => (known?.folders.includes(path) ? path : ownFolder(path)));
    return {
      ...rights,
      ...(scopes && { scopes: [...new Set(scopes)] }),
      ...(pipelineIds !== undefined && { pipelineIds: pipelineIds && [...new Set(pipelineIds)] }),
      ...(real && { folders: [...new Set(real)] }),
    };
  };
}
