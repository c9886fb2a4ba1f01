import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyDocument, type PipelineDocument } from '../../../../shared/pipeline/document.ts';
import * as machine from './save-machine.ts';

const named = (description: string): PipelineDocument => ({ ...emptyDocument('Test'), description });

/** A server as the contract describes it: a stale base is a conflict, an equal document saves nothing. */
function serverWith(first: PipelineDocument) {
  const revisions = [first];
  return {
    revisions,
    newest: (): machine.Revision => ({ revision: revisions.length, document: revisions.at(-1) ?? first }),
    save(baseRevision: number, document: PipelineDocument): number | 'conflict' {
      if (baseRevision !== revisions.length) return 'conflict';
      if (!machine.sameDocument(document, revisions.at(-1) ?? first)) revisions.push(document);
      return revisions.length;
    },
  };
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('edit' as const) },
  { weight: 4, arbitrary: fc.constant('send' as const) },
  { weight: 3, arbitrary: fc.constant('answer' as const) },
  { weight: 1, arbitrary: fc.constant('answer lost' as const) },
  { weight: 1, arbitrary: fc.constant('request lost' as const) },
  { weight: 2, arbitrary: fc.constant('other saves' as const) },
  { weight: 1, arbitrary: fc.constant('hear of it' as const) },
  { weight: 2, arbitrary: fc.constant('keep mine' as const) },
  { weight: 1, arbitrary: fc.constant('take theirs' as const) },
  { weight: 1, arbitrary: fc.constant('refuse' as const) },
);

describe('saving', () => {
  it('loses no edit of anyone, whatever happens in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const server = serverWith(named('0'));
        let state = machine.opened(server.newest());
        let flight: { baseRevision: number; document: PipelineDocument } | undefined;
        let mine = state.draft;
        const others: PipelineDocument[] = [];
        let count = 0;
        const arrive = (): number | 'conflict' | undefined => {
          if (!flight) return undefined;
          const answer = server.save(flight.baseRevision, flight.document);
          flight = undefined;
          return answer;
        };
        for (const action of [...steps, 'settle' as const]) {
          count += 1;
          switch (action) {
            case 'edit':
              mine = named(`mine ${count}`);
              state = machine.edited(state, mine);
              break;
            case 'send': {
              const next = machine.nextSave(state);
              if (!next) break;
              flight = next;
              state = machine.sent(state);
              break;
            }
            case 'answer': {
              const answer = arrive();
              if (answer === 'conflict') state = machine.foundNewer(state, server.newest());
              else if (answer !== undefined) state = machine.acknowledged(state, answer);
              break;
            }
            case 'answer lost':
              if (arrive() !== undefined) state = machine.unanswered(state);
              break;
            case 'request lost':
              if (!flight) break;
              flight = undefined;
              state = machine.unanswered(state);
              break;
            case 'refuse':
              if (!flight) break;
              flight = undefined;
              state = machine.refused(state, 'too large');
              break;
            case 'other saves': {
              const theirs = named(`theirs ${count}`);
              server.revisions.push(theirs);
              others.push(theirs);
              break;
            }
            case 'hear of it':
              if (flight) break;
              state = machine.foundNewer(state, server.newest());
              break;
            case 'keep mine':
              state = machine.keepMine(state);
              break;
            case 'take theirs':
              if (state.trouble?.kind === 'conflict') mine = state.trouble.theirs.document;
              state = machine.takeTheirs(state);
              break;
            case 'settle':
              break;
          }
          // An edit that no revision holds yet is the draft, unless a person gave it up.
          const stored = server.revisions.some((revision) => machine.sameDocument(revision, mine));
          if (!stored) expect(state.draft.description).toBe(mine.description);
          for (const theirs of others) expect(server.revisions).toContain(theirs);
          if (machine.saveLabel(state) === 'saved') {
            expect(server.revisions.some((revision) => machine.sameDocument(revision, state.draft))).toBe(
              true,
            );
          }
        }
        // From every state a person who keeps their version gets it saved.
        for (let round = 0; round < 6 && machine.saveLabel(state) !== 'saved'; round += 1) {
          if (state.trouble?.kind === 'refused') state = machine.edited(state, { ...state.draft });
          state = machine.keepMine(state);
          const next = flight ?? machine.nextSave(state);
          if (!next) break;
          flight = next;
          if (!state.sending) state = machine.sent(state);
          const answer = arrive();
          state =
            answer === 'conflict'
              ? machine.foundNewer(state, server.newest())
              : machine.acknowledged(state, answer ?? 0);
        }
        expect(machine.saveLabel(state)).toBe('saved');
        expect(server.revisions.some((revision) => machine.sameDocument(revision, state.draft))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('sees no conflict when the newer revision is what it sent itself', () => {
    let state = machine.edited(machine.opened({ revision: 1, document: named('a') }), named('b'));
    state = machine.unanswered(machine.sent(state));
    state = machine.foundNewer(state, { revision: 2, document: named('b') });
    expect(machine.saveLabel(state)).toBe('saved');
    expect(state.base).toBe(2);
  });

  it('follows others quietly while nothing is edited here', () => {
    const state = machine.foundNewer(machine.opened({ revision: 1, document: named('a') }), {
      revision: 5,
      document: named('z'),
    });
    expect(state.draft.description).toBe('z');
    expect(machine.saveLabel(state)).toBe('saved');
  });

  it('keeps an edit made while saving as still to be saved', () => {
    let state = machine.edited(machine.opened({ revision: 1, document: named('a') }), named('b'));
    state = machine.edited(machine.sent(state), named('c'));
    state = machine.acknowledged(state, 2);
    expect(machine.saveLabel(state)).toBe('unsaved');
    expect(machine.nextSave(state)).toEqual({ baseRevision: 2, document: named('c') });
  });

  it('waits for the choice in a conflict, and saves mine over theirs only when told', () => {
    let state = machine.edited(machine.opened({ revision: 1, document: named('a') }), named('mine'));
    state = machine.foundNewer(state, { revision: 2, document: named('theirs') });
    expect(machine.saveLabel(state)).toBe('conflict');
    expect(machine.nextSave(state)).toBeUndefined();
    expect(machine.nextSave(machine.keepMine(state))).toEqual({ baseRevision: 2, document: named('mine') });
    expect(machine.takeTheirs(state).draft.description).toBe('theirs');
  });
});
