import type { BodyExamples } from '../../route-kit.ts';

const job = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c58';
const dataset = '01a1fddd-f0bb-7bfb-8bc1-4e85fb7a3c59';

const ingest: BodyExamples = {
  orders: {
    summary: 'Two orders, the large ones kept',
    value: {
      source: 'orders',
      data: [
        { id: 1, region: 'north', amount: 120.5 },
        { id: 2, region: 'south', amount: 80 },
      ],
      transformations: [{ type: 'filter', condition: 'amount > 100' }],
    },
  },
  single: { summary: 'One record', value: { source: 'events', data: { name: 'signed_in', user: 7 } } },
  xml: {
    summary: 'The same as XML',
    type: 'application/xml',
    value:
      '<ingest><source>orders</source><data><record><id type="number">1</id><region>north</region></record></data></ingest>',
  },
};

const accepted: BodyExamples = { accepted: { value: { job_id: job, status: 'queued', eta_seconds: 1 } } };

const status: BodyExamples = {
  processing: { value: { job_id: job, status: 'processing', progress: 40, result_url: '' } },
  completed: {
    value: { job_id: job, status: 'completed', progress: 100, result_url: `/api/v2/data/${dataset}` },
  },
  failed: { value: { job_id: job, status: 'failed', progress: 40, result_url: `/api/v2/data/${job}` } },
};

const data: BodyExamples = {
  page: {
    value: {
      dataset_id: dataset,
      records: [{ id: 1, region: 'north', amount: 120.5 }],
      total_count: 2000,
      next_page: `/api/v2/data/${dataset}?limit=1&offset=1`,
    },
  },
  xml: {
    type: 'application/xml',
    value: `<?xml version="1.0" encoding="UTF-8"?>\n<response><dataset_id>${dataset}</dataset_id><records><record><id>1</id><region>north</region><amount>120.5</amount></record></records><total_count>2000</total_count><next_page>/api/v2/data/${dataset}?format=xml&amp;limit=1&amp;offset=1</next_page></response>\n`,
  },
  csv: { type: 'text/csv', value: 'id,region,amount\n1,north,120.5\n' },
};

export const dataflowExamples = { ingest, accepted, status, data, job, dataset };
