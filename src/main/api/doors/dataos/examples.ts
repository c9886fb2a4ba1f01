/** The document's own examples, for OpenAPI. */

export const exampleWorkflow = {
  name: 'my-workflow',
  version: 'v1',
  type: 'workflow',
  workflow: { dag: [{ name: 'task', spec: { stack: 'flare:7.0' } }] },
};

export const workflowText = `name: my-workflow
version: v1
type: workflow
workflow:
  dag:
    - name: task
      spec:
        stack: flare:7.0
`;

export const changedExample = (verb: 'created' | 'updated') => ({
  message: `Resource ${verb} successfully`,
  resource: { name: 'my-workflow', version: 'v1', type: 'workflow', status: 'pending' },
});
