import type { Implementer } from '../base.ts';
import type { RpcCore } from '../core.ts';
import { asAnswer } from '../writable.ts';

export function editorCalls(os: Implementer, { engine, services: { files, checkSchedule } }: RpcCore) {
  const calls = os.editor;
  return {
    check: calls.check.handler(async ({ input, signal }) => {
      const answer = await engine.check(input, signal);
      return asAnswer({ ...answer, problems: [...answer.problems, ...checkSchedule(input.document)] });
    }),
    preview: calls.preview.handler(async ({ input, signal }) =>
      asAnswer(await engine.preview(input, signal)),
    ),
    explain: calls.explain.handler(async ({ input, signal }) =>
      asAnswer(await engine.explain(input, signal)),
    ),
    files: calls.files.handler(({ input }) => files.list(input.folder)),
    sniff: calls.sniff.handler(async ({ input, signal }) => asAnswer(await engine.sniff(input, signal))),
    upload: calls.upload.handler(({ input }) => files.upload(input)),
  };
}
