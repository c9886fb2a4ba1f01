import type { KeyScope } from '../../../shared/contract/domain.ts';
import { type DoorLook, type DoorVerb, doors, mayDo } from '../../access/doors.ts';
import { withDoor, withVerb } from '../../access/presets.ts';
import { Checkbox } from '../../ui/index.ts';

interface ScopeMatrixProps {
  readonly value: readonly KeyScope[];
  readonly onChange: (value: KeyScope[]) => void;
}

/** The columns of usual verbs; what a door has beside them stands in the last one. */
const columns = [
  { verb: 'read', title: 'Read' },
  { verb: 'write', title: 'Write' },
  { verb: 'run', title: 'Start' },
] as const satisfies readonly { verb: DoorVerb; title: string }[];
const others: readonly DoorVerb[] = ['sources', 'webhooks', 'tokens'];

/** What a key may do, each API a row: one box a right, and one for the whole API. */
export function ScopeMatrix({ value, onChange }: ScopeMatrixProps) {
  return (
    <table className="w-full table-fixed border-separate border-spacing-0 rounded-md border border-line-strong">
      <caption className="sr-only">What the key may do at each API</caption>
      <colgroup>
        <col className="w-[23%]" />
        <col className="w-[20%]" />
        <col className="w-[21%]" />
        <col className="w-[19%]" />
        <col />
      </colgroup>
      <thead>
        <tr className="text-left text-meta text-muted [&>th]:border-b [&>th]:border-line [&>th]:px-2.5 [&>th]:py-1.5 [&>th]:font-medium">
          <th scope="col">API</th>
          {columns.map(({ verb, title }) => (
            <th key={verb} scope="col">
              {title}
            </th>
          ))}
          <th scope="col">Also</th>
        </tr>
      </thead>
      <tbody>
        {doors.map((look) => (
          <Row key={look.door} look={look} value={value} onChange={onChange} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ look, value, onChange }: ScopeMatrixProps & { look: DoorLook }) {
  const { door, title, verbs, purpose } = look;
  const all = Object.keys(verbs) as DoorVerb[];
  const taken = all.filter((verb) => mayDo(value, door, verb)).length;
  const box = (verb: DoorVerb) => {
    const word = verbs[verb];
    if (word === undefined) return null;
    return (
      <Checkbox
        key={verb}
        checked={mayDo(value, door, verb)}
        onChange={(on) => onChange(withVerb(value, door, verb, on))}
        label={
          <span className="block py-0.5 text-meta">
            <span className="sr-only">{title}: </span>
            {word}
          </span>
        }
      />
    );
  };
  return (
    <tr className="align-top [&:not(:last-child)>*]:border-b [&>*]:border-line [&>*]:px-2.5 [&>*]:py-1.5">
      <th scope="row" className="text-left font-medium" title={purpose}>
        <Checkbox
          checked={taken === all.length ? true : taken === 0 ? false : 'mixed'}
          onChange={(on) => onChange(withDoor(value, door, on))}
          label={title}
        />
      </th>
      {columns.map(({ verb }) => (
        <td key={verb}>{box(verb)}</td>
      ))}
      <td>{others.map(box)}</td>
    </tr>
  );
}
