import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { formatCount, formatDuration, StatusBadge } from '../../../ui/index.ts';
import { runState } from '../run-state.ts';
import type { Compared } from './ComparePage.tsx';
import { notCompared, type Pair, pairs, settingsOf, timesOf } from './compare-runs.ts';
import { PairLine, PairTable, Section, signed } from './Section.tsx';
import { valueText } from './value-diff.ts';

/** How both ended, how long they waited and ran, and what they moved. */
export function OutcomeSection({ before, after, changedOnly }: Compared) {
  const found = pairs(outcomeOf(before), outcomeOf(after));
  const [one, other] = [timesOf(before), timesOf(after)];
  return (
    <Section title="Outcome" differences={differencesIn(found)}>
      <PairTable>
        {(!changedOnly || before.status !== after.status) && (
          <PairLine
            name="State"
            change={before.status === after.status ? 'same' : 'changed'}
            before={<State run={before} />}
            after={<State run={after} />}
          />
        )}
        <TimeLine name="Waited" before={one.waited} after={other.waited} />
        <TimeLine name="Ran" before={one.ran} after={other.ran} />
        {found
          .filter((pair) => pair.name !== 'Status' && shown(pair, changedOnly))
          .map((pair) => (
            <PairLine key={pair.name} {...pair} />
          ))}
      </PairTable>
    </Section>
  );
}

interface TimeLineProps {
  readonly name: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Times are never equal: they tell how far they lie apart, and count as no difference. */
function TimeLine({ name, before, after }: TimeLineProps) {
  return (
    <PairLine
      name={name}
      change="same"
      before={before === undefined ? '–' : formatDuration(before)}
      after={
        <>
          {after === undefined ? '–' : formatDuration(after)}
          {before !== undefined && after !== undefined && (
            <span className="ml-2 text-meta text-muted">{signed(after - before, formatDuration)}</span>
          )}
        </>
      }
    />
  );
}

function State({ run }: { run: RunDetail }) {
  const { status, word } = runState(run);
  return <StatusBadge variant="plain" status={status} label={word} />;
}

function outcomeOf(run: RunDetail): Record<string, string> {
  const told = {
    Status: run.status,
    Error: run.error?.message,
    Attempts: run.attempts.length > 1 ? String(run.attempts.length) : undefined,
    'Rows read': run.rowsRead === null ? undefined : formatCount(run.rowsRead),
    'Rows written': run.rowsWritten === null ? undefined : formatCount(run.rowsWritten),
  };
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export function ParametersSection({ before, after, changedOnly }: Compared) {
  const found = pairs(before.parameters, after.parameters);
  return (
    <Section title="Parameters" differences={differencesIn(found)}>
      {found.length === 0 ? (
        <p className="text-muted">Neither run has parameters.</p>
      ) : (
        <PairTable>
          {found
            .filter((pair) => shown(pair, changedOnly))
            .map(({ name, change, before: one, after: other }) => (
              <PairLine
                key={name}
                name={name}
                change={change}
                before={one === undefined ? undefined : <Value value={one} />}
                after={other === undefined ? undefined : <Value value={other} />}
              />
            ))}
        </PairTable>
      )}
    </Section>
  );
}

const Value = ({ value }: { value: unknown }) => (
  <code className="font-mono text-data">{valueText(value)}</code>
);

export function SettingsSection({ before, after, changedOnly }: Compared) {
  const found = pairs(settingsOf(before), settingsOf(after));
  return (
    <Section title="How it was executed" differences={differencesIn(found)}>
      <PairTable>
        {found
          .filter((pair) => shown(pair, changedOnly))
          .map((pair) => (
            <PairLine key={pair.name} {...pair} />
          ))}
      </PairTable>
    </Section>
  );
}

export function NotComparedSection({ before, after, version }: Compared & { version: string | undefined }) {
  return (
    <Section title="Not compared">
      <ul className="list-disc pl-4 text-muted marker:text-faint">
        {notCompared(before, after).map((text) => (
          <li key={text}>{text}</li>
        ))}
        {version && <li>What an older Sluice did differently: this is version {version}.</li>}
      </ul>
    </Section>
  );
}

const differencesIn = (found: readonly Pair<unknown>[]): number =>
  found.filter(({ change }) => change !== 'same').length;
const shown = ({ change }: Pair<unknown>, changedOnly: boolean): boolean => !changedOnly || change !== 'same';
