import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { assert } from '../../shared/kernel/assert.ts';
import type { SampleMaker } from './pipelines-service.ts';
import type { ServiceContext } from './service-context.ts';
import type { DocumentText, SamplesService } from './service-types.ts';

/**
 * The sample data (`<name>.csv.gz`) and pipelines (`pipelines/<name>.yaml`) that come with Sluice. They are put in
 * place on the first start of a home folder and belong to the owner from then on: what is removed stays away until it
 * is asked for, and a file that is there is left as it is.
 */
export function createSamplesService(
  context: ServiceContext,
  pipelines: SampleMaker,
  documentText: DocumentText,
  samplesFolder: string,
): SamplesService {
  const { store, home } = context;
  const target = join(home.files, 'samples');

  function addFiles(): number {
    const packed = readdirSync(samplesFolder).filter((name) => name.endsWith('.gz'));
    mkdirSync(target, { recursive: true, mode: 0o700 });
    return packed.filter((name) => unpack(join(samplesFolder, name), join(target, basename(name, '.gz'))))
      .length;
  }

  function addPipelines(): number {
    const folder = join(samplesFolder, 'pipelines');
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    return names.filter((name) =>
      addPipeline(basename(name, '.yaml'), readFileSync(join(folder, name), 'utf8')),
    ).length;
  }

  function addPipeline(sample: string, text: string): boolean {
    if (store.pipelines.hasSample(sample)) return false;
    const { document, problems } = documentText.parse(text, 'yaml');
    assert(document, `the sample pipeline ${sample} cannot be read: ${problems[0]?.message ?? ''}`);
    pipelines.createSample(sample, document);
    return true;
  }

  function add(): { added: number } {
    const files = addFiles();
    return { added: files + store.write(addPipelines) };
  }

  return {
    add,
    seedOnFirstStart() {
      if (store.settings.get('samples_seeded') === true) return { added: 0 };
      return store.write(() => {
        store.settings.set('samples_seeded', true);
        return add();
      });
    },
  };
}

/** Whole or not at all: a kill in between leaves no half file under the final name. */
function unpack(packed: string, target: string): boolean {
  if (statSync(target, { throwIfNoEntry: false })) return false;
  const part = `${target}.part`;
  writeFileSync(part, gunzipSync(readFileSync(packed)), { mode: 0o600 });
  renameSync(part, target);
  return true;
}
