import { z } from 'zod';
import { keyedBy, setOf } from './list-types.js';
import { backendReferenceSchema, localReferenceSchema, portNumberSchema, preciseHostnameSchema } from './references.js';

export const headerNameSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$/);
const headerSchema = z.object({ name: headerNameSchema, value: z.string().min(1).max(4096) });
export type HttpHeader = z.input<typeof headerSchema>;
const headersSchema = keyedBy('name', z.array(headerSchema).max(16));

export const headerModifierSchema = z.object({
  set: headersSchema.optional().describe('Overwrites or adds.'),
  add: headersSchema.optional().describe('Appends to what is there.'),
  remove: setOf(z.array(z.string()).max(16)).optional().describe('Removes, whatever the case of the letters.'),
});
export type HeaderModifier = z.input<typeof headerModifierSchema>;

const int32 = { format: 'int32' } as const;
export const fractionSchema = z.object({
  numerator: z.number().int().min(0).meta(int32),
  denominator: z.number().int().min(1).meta(int32).default(100),
});

export const requestMirrorSchema = z.object({
  backendRef: backendReferenceSchema,
  percent: z
    .number()
    .int()
    .min(0)
    .max(100)
    .meta(int32)
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
  hostname: preciseHostnameSchema.optional(),
  path: pathModifierSchema.optional(),
  port: portNumberSchema.optional(),
  statusCode: z.literal([301, 302, 303, 307, 308]).meta({ type: 'integer' }).default(302),
});
export type RequestRedirect = z.input<typeof requestRedirectSchema>;

export const urlRewriteSchema = z.object({ hostname: preciseHostnameSchema.optional(), path: pathModifierSchema.optional() });
export type UrlRewrite = z.input<typeof urlRewriteSchema>;

const corsHeadersSchema = setOf(z.array(headerNameSchema).max(64));
export const corsSchema = z.object({
  allowOrigins: setOf(
    z
      .array(
        z
          .string()
          .min(1)
          .max(253)
          .regex(/(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)/),
      )
      .max(64),
  ).optional(),
  allowCredentials: z.boolean().optional(),
  allowMethods: setOf(
    z.array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', '*'])).max(9),
  ).optional(),
  allowHeaders: corsHeadersSchema.optional(),
  exposeHeaders: corsHeadersSchema.optional(),
  maxAge: z.number().int().min(1).meta(int32).default(5).describe('Seconds that a browser may keep the answer.'),
});
export type Cors = z.input<typeof corsSchema>;

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
  extensionRef: localReferenceSchema.optional(),
});
export type HttpRouteFilter = z.input<typeof httpRouteFilterSchema>;

export const grpcRouteFilterSchema = z.object({
  type: z.enum(['ResponseHeaderModifier', 'RequestHeaderModifier', 'RequestMirror', 'ExtensionRef']),
  requestHeaderModifier: headerModifierSchema.optional(),
  responseHeaderModifier: headerModifierSchema.optional(),
  requestMirror: requestMirrorSchema.optional(),
  extensionRef: localReferenceSchema.optional(),
});
export type GrpcRouteFilter = z.input<typeof grpcRouteFilterSchema>;
