import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../data/client.ts';
import { callError } from '../../data/errors.ts';
import { Awaited } from '../../ui/index.ts';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';

export function About() {
  const query = useQuery(orpc.system.info.queryOptions({ input: {} }));
  const info = query.data;
  return (
    <Section title="This installation">
      <Awaited
        pending={query.isPending}
        failure={query.isLoadingError ? callError(query.error).message : undefined}
        onRetry={() => void query.refetch()}
        lines={4}
      >
        {() =>
          info && (
            <Facts
              rows={[
                ['Version', `Sluice ${info.version}`],
                ['API address', info.url],
                ['Home folder', info.home],
                ['Files folder', info.filesFolder],
              ]}
            />
          )
        }
      </Awaited>
    </Section>
  );
}
