import type { Settings } from '../../../shared/contract/domain.ts';
import { callError } from '../../data/errors.ts';
import { exportChoices } from '../../data/export-formats.ts';
import { Field, Select } from '../../ui/index.ts';
import { Section } from './Section.tsx';
import { useSaveSettings } from './use-save-settings.ts';

const options = exportChoices.map(({ format, label }) => ({ value: format, label }));

/** What comes first in export menus, and is taken where a script names none. */
export function ExportSettings({ settings }: { settings: Settings }) {
  const save = useSaveSettings();
  return (
    <Section title="Exports">
      <div className="grid grid-cols-2 gap-4">
        <Field
          label="Usual format"
          help="Comes first in export menus, and is taken where none is named."
          error={save.error ? callError(save.error).message : undefined}
        >
          <Select
            value={settings.exportFormat}
            onChange={(exportFormat) => save.mutate({ exportFormat })}
            options={options}
          />
        </Field>
      </div>
    </Section>
  );
}
