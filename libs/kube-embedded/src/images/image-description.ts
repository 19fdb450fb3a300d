import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { z } from 'zod';
import { codes } from './errors.js';

export const DESCRIPTION_FILE = 'tidegate-image.json';
export const RUNTIMES = ['node', 'python3', 'static'] as const;
export type Runtime = (typeof RUNTIMES)[number];

const name = z
  .string()
  .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'must be lower case letters, digits and . _ - / between them')
  .max(200);
const tag = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'must be letters, digits, and _ . - after the first');

/** How a folder becomes an image: a code layer on a runtime of the host. */
export const imageDescriptionSchema = z.strictObject({
  name: name.describe('Repository of the image, such as shop/reviews.'),
  tag: tag.default('latest'),
  runtime: z.enum(RUNTIMES).describe("node and python3 are the host's; static is a binary that the folder brings along."),
  workingDir: z
    .string()
    .regex(/^\/[\w./-]*$/, 'must be an absolute path')
    .default('/app')
    .describe('Where the folder is put, and where the command starts.'),
  command: z.array(z.string()).min(1).describe('The entry point, for example ["node", "server.js"].'),
  args: z.array(z.string()).optional().describe('Default arguments, replaced by args of a container.'),
  ports: z
    .array(z.int().min(1).max(65_535))
    .max(64)
    .default([])
    .describe('TCP ports of the program. Each gets a real one, told as PORT_<NUMBER>; the first also as PORT.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/), z.string())
    .default({})
    .describe('Variables. $(NAME) stands for what the platform promises, such as $(PORT_8080), and for Services.'),
  files: z.array(z.string().min(1)).optional().describe('Files and folders to pack, relative to the folder; everything when absent.'),
});
export type ImageDescription = z.infer<typeof imageDescriptionSchema>;

/** Reads DIR/tidegate-image.json. Throws IMAGE_DESCRIPTION_INVALID with one line for each problem. */
export function readImageDescription(dir: string): ImageDescription {
  const file = path.join(dir, DESCRIPTION_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new TidegateError(codes.IMAGE_DESCRIPTION_INVALID, `${file} cannot be read.`, {
      remedy: `Write one, for example {"name": "shop/reviews", "tag": "v1", "runtime": "node", "command": ["node", "server.js"]}.`,
      cause: error,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new TidegateError(codes.IMAGE_DESCRIPTION_INVALID, `${file} is not JSON: ${(error as Error).message}.`, {
      remedy: 'Correct it.',
      cause: error,
    });
  }
  const parsed = imageDescriptionSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((i) => `  ${i.path.join('.') || '(top)'}: ${i.message}`);
  throw new TidegateError(codes.IMAGE_DESCRIPTION_INVALID, `${file} is not valid:\n${lines.join('\n')}`, {
    remedy: 'Correct the fields named above.',
  });
}
