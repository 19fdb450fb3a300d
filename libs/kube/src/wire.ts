import type { ObjectMeta } from './kind.js';

/**
 * The shape that really travels. The model types of @kubernetes/client-node describe objects after its own decoding:
 * timestamps as Date, and reserved words with an underscore (`_from`). On the wire timestamps are text and the names are plain.
 */
export type Wire<V> = 0 extends 1 & V
  ? unknown
  : V extends Date
    ? string
    : V extends string | number | boolean | null | undefined
      ? V
      : V extends readonly (infer Item)[]
        ? Wire<Item>[]
        : V extends object
          ? WireObject<V>
          : V;

export type WireObject<V extends object> = {
  [K in keyof V as K extends `_${infer Plain}` ? Plain : K]: K extends 'metadata' ? ObjectMeta : Wire<V[K]>;
};
