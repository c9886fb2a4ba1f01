import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight, GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import type { RunDetail } from '../../../../shared/contract/domain.ts';
import { orpc } from '../../../data/client.ts';
import { callError } from '../../../data/errors.ts';
import { useHashQuery } from '../../../data/hash-query.ts';
import { Awaited, Button, buttonClass, EmptyState, Switch, TopBar } from '../../../ui/index.ts';
import { useRun } from '../run-data.ts';
import { CompareHead } from './CompareHead.tsx';
import { GraphSection } from './GraphSection.tsx';
import { OutputsSection } from './OutputsSection.tsx';
import { NotComparedSection, OutcomeSection, ParametersSection, SettingsSection } from './PlainSections.tsx';
import { StepsSection } from './StepsSection.tsx';

/** Two runs side by side, at `#/runs/compare?a=&b=`: `a` is the earlier one, `b` what became of it. */
export function ComparePage() {
  const [query, setQuery] = useHashQuery();
  const [a, b] = [query.get('a'), query.get('b')];
  const [changedOnly, setChangedOnly] = useState(false);
  return (
    <>
      <TopBar crumbs={[{ label: 'Runs', href: '#/runs' }, { label: 'Compare' }]}>
        {a && b && (
          <>
            <Switch label="Only what differs" checked={changedOnly} onChange={setChangedOnly} />
            <Button icon={ArrowLeftRight} onClick={() => setQuery({ a: b, b: a })}>
              Swap
            </Button>
          </>
        )}
      </TopBar>
      <div className="flex min-h-0 flex-1 flex-col bg-panel">
        {a && b ? <Loaded a={a} b={b} changedOnly={changedOnly} /> : <NothingChosen />}
      </div>
    </>
  );
}

function NothingChosen() {
  return (
    <EmptyState
      icon={GitCompareArrows}
      title="Two runs are needed"
      action={
        <a href="#/runs" className={buttonClass('primary', 'lg')}>
          Go to the runs
        </a>
      }
    >
      Select two runs in the list and choose Compare, or open a run and choose Compare with….
    </EmptyState>
  );
}

function Loaded({ a, b, changedOnly }: { a: string; b: string; changedOnly: boolean }) {
  const [one, other] = [useRun(a), useRun(b)];
  const broken = one.isLoadingError ? one : other.isLoadingError ? other : undefined;
  return (
    <Awaited
      pending={one.isPending || other.isPending}
      failure={broken && callError(broken.error).message}
      where="The runs could not be compared."
      onRetry={() => void Promise.all([one.refetch(), other.refetch()])}
      lines={14}
    >
      {() =>
        one.data &&
        other.data && <Comparison before={one.data} after={other.data} changedOnly={changedOnly} />
      }
    </Awaited>
  );
}

export interface Compared {
  readonly before: RunDetail;
  readonly after: RunDetail;
  /** Leaves out what is the same in both. */
  readonly changedOnly: boolean;
}

function Comparison(props: Compared) {
  const { data: settings } = useQuery(orpc.system.info.queryOptions({ input: {} }));
  return (
    <>
      <CompareHead {...props} />
      <div className="relative min-h-0 flex-1 overflow-y-auto">
        <OutcomeSection {...props} />
        <GraphSection {...props} />
        <ParametersSection {...props} />
        <SettingsSection {...props} />
        <StepsSection {...props} />
        <OutputsSection {...props} />
        <NotComparedSection {...props} version={settings?.version} />
      </div>
    </>
  );
}
