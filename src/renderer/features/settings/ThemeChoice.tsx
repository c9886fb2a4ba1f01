import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from '../../stores/theme.ts';
import { Field, SegmentedControl } from '../../ui/index.ts';

export function ThemeChoice() {
  const { choice, setTheme } = useTheme();
  return (
    <Field label="Theme" group>
      <SegmentedControl
        label="Theme"
        value={choice}
        onChange={setTheme}
        options={[
          { value: 'system', label: 'System', icon: Monitor },
          { value: 'light', label: 'Light', icon: Sun },
          { value: 'dark', label: 'Dark', icon: Moon },
        ]}
      />
    </Field>
  );
}
