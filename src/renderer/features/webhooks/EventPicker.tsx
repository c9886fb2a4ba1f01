import type { WebhookShape } from '../../../shared/contract/webhooks.ts';
import { Checkbox } from '../../ui/index.ts';
import {
  type EventGroup,
  eventGroups,
  groupState,
  isTaken,
  toggleEvent,
  toggleGroup,
} from './event-choice.ts';

interface EventPickerProps {
  readonly shape: WebhookShape;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

/** The events by group, each with the words of the map; one box takes all of them, later ones too. */
export function EventPicker({ shape, value, onChange }: EventPickerProps) {
  const every = value.includes('*');
  return (
    <div className="overflow-hidden rounded-md border border-line-field">
      <div className="border-b border-line bg-sunken px-3 py-2">
        <Checkbox
          checked={every}
          onChange={(on) => onChange(on ? ['*'] : [])}
          label={<span className="font-medium">Every event, and those of later versions</span>}
        />
      </div>
      {!every && (
        <div className="max-h-64 overflow-y-auto py-1.5">
          {eventGroups(shape).map((group) => (
            <Group key={group.name} group={group} value={value} onChange={onChange} />
          ))}
        </div>
      )}
    </div>
  );
}

interface GroupProps {
  readonly group: EventGroup;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
}

function Group({ group, value, onChange }: GroupProps) {
  return (
    <fieldset className="px-3 py-1">
      <legend className="sr-only">{group.title}</legend>
      <Checkbox
        checked={groupState(value, group)}
        onChange={(on) => onChange(toggleGroup(value, group, on))}
        label={<span className="font-medium">{group.title}</span>}
      />
      <ul className="mt-0.5 ml-6">
        {group.events.map(({ type, when }) => (
          <li key={type}>
            <Checkbox
              checked={isTaken(value, type)}
              onChange={(on) => onChange(toggleEvent(value, group, type, on))}
              label={
                <span>
                  <code className="font-mono text-data">{type}</code>{' '}
                  <span className="text-meta text-muted">{when}</span>
                </span>
              }
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
