import { Readable } from 'node:stream';
import { TidegateError } from '@tidegate/kernel';
import type { ReviewedRights } from '@tidegate/rights';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { requireCaller } from '../edge/caller.js';
import type { People } from '../edge/people.js';
import { requireToRead, toAuditEntry } from './read-audit.js';

const Query = z.strictObject({ workspace: z.string().max(63).optional(), from: z.coerce.date().optional(), until: z.coerce.date().optional() });

/** `GET /audit/export?workspace=&from=&until=`: every entry, oldest first, a line of JSON each. */
export function serveAuditExport(fastify: FastifyInstance, people: People, rights: ReviewedRights): void {
  fastify.get('/audit/export', async (request, reply) => {
    const caller = requireCaller(request);
    const query = Query.safeParse(request.query);
    if (!query.success) return reply.code(400).send({ errors: [{ message: 'The address has wrong words: workspace, from and until are known.', extensions: { code: 'API_INPUT_INVALID' } }] });
    try {
      await requireToRead(rights, caller, query.data.workspace);
      const entries = people.store().export(query.data);
      await people.audit.record({ caller, action: 'audit.export', workspace: query.data.workspace, result: 'Succeeded' });
      const lines = async function* (): AsyncGenerator<string> {
        for await (const entry of entries) yield `${JSON.stringify(toAuditEntry(entry))}\n`;
      };
      const headers = { 'content-type': 'application/x-ndjson', 'content-disposition': 'attachment; filename="audit.ndjson"', 'cache-control': 'no-store' };
      return await reply.headers(headers).send(Readable.from(lines()));
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      const status = error.code === 'API_FORBIDDEN' ? 403 : 503;
      return reply.code(status).send({ errors: [{ message: error.message, extensions: { code: error.code } }] });
    }
  });
}
