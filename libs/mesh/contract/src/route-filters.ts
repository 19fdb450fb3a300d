import { z } from 'zod';
import { backendReferenceSchema, groupSchema, kindNameSchema, portNumberSchema } from './references.js';

export const headerNameSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$/);
const headerSchema = z.object({ name: headerNameSchema, value: z.string().min(1).max(4096) });
export type HttpHeader = z.input<typeof headerSchema>;

export const headerModifierSchema = z.object({
  set: z.array(headerSchema).max(16).optional().describe('Overwrites or adds.'),
  add: z.array(headerSchema).max(16).optional().describe('Appends to what is there.'),
  remove: z.array(z.string()).max(16).optional().describe('Removes, whatever the case of the letters.'),
});
export type HeaderModifier = z.input<typeof headerModifierSchema>;

export const fractionSchema = z.object({
  numerator: z.number().int().min(0),
  denominator: z.number().int().min(1).default(100),
});
export const requestMirrorSchema = z.object({
  backendRef: backendReferenceSchema,
  percent: z
    .number()
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Share of requests that is copied; all when neither percent nor fraction is given.'),
  fraction: fractionSchema.optional().describe('For shares below one percent.'),
});
export type RequestMirror = z.input<typeof requestMirrorSchema>;

export const pathModifierSchema = z.object({
  type: z.enum(['ReplaceFullPath', 'ReplacePrefixMatch']),
  replaceFullPath: z.string().max(1024).optional(),
  replacePrefixMatch: z.string().max(1024).optional(),
});
export type PathModifier = z.input<typeof pathModifierSchema>;

export const requestRedirectSchema = z.object({
  scheme: z.enum(['http', 'https']).optional(),
  hostname: z.string().min(1).max(253).optional(),
  path: pathModifierSchema.optional(),
  port: portNumberSchema.optional(),
  statusCode: z.literal([301, 302, 303, 307, 308]).default(302),
});
export type RequestRedirect = z.input<typeof requestRedirectSchema>;

export const urlRewriteSchema = z.object({ hostname: z.string().min(1).max(253).optional(), path: pathModifierSchema.optional() });
export type UrlRewrite = z.input<typeof urlRewriteSchema>;

export const corsSchema = z.object({
  allowOrigins: z.array(z.string().min(1).max(253)).max(64).optional(),
  allowCredentials: z.boolean().optional(),
  allowMethods: z.array(z.string()).max(9).optional(),
  allowHeaders: z.array(z.string()).max(64).optional(),
  exposeHeaders: z.array(z.string()).max(64).optional(),
  maxAge: z.number().int().min(1).default(5).describe('Seconds that a browser may keep the answer.'),
});
export type Cors = z.input<typeof corsSchema>;

const extensionRefSchema = z.object({ group: groupSchema, kind: kindNameSchema, name: z.string().min(1).max(253) });

export const httpRouteFilterSchema = z.object({
  type: z.enum([
    'RequestHeaderModifier',
    'ResponseHeaderModifier',
    'RequestMirror',
    'RequestRedirect',
    'URLRewrite',
    'ExtensionRef',
    'CORS',
  ]),
  requestHeaderModifier: headerModifierSchema.optional(),
  responseHeaderModifier: headerModifierSchema.optional(),
  requestMirror: requestMirrorSchema.optional(),
  requestRedirect: requestRedirectSchema.optional(),
  urlRewrite: urlRewriteSchema.optional(),
  cors: corsSchema.optional(),
  extensionRef: extensionRefSchema.optional(),
});
export type HttpRouteFilter = z.input<typeof httpRouteFilterSchema>;

export const grpcRouteFilterSchema = z.object({
  type: z.enum(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'ExtensionRef']),
  requestHeaderModifier: headerModifierSchema.optional(),
  responseHeaderModifier: headerModifierSchema.optional(),
  requestMirror: requestMirrorSchema.optional(),
  extensionRef: extensionRefSchema.optional(),
});
export type GrpcRouteFilter = z.input<typeof grpcRouteFilterSchema>;
