/** User name and password for the registries that they are for, as pull secrets keep them. */
export type RegistryCredentials = ReadonlyMap<string, { username: string; password: string }>;

/** Which digest a tag stands for, by whoever has the image. */
export interface DigestResolver {
  /**
   * The image as REPOSITORY@sha256:... Asking twice may give two answers: a tag moves. Rejects with a TidegateError whose sentence is for the
   * user when there is no such image or nobody answers; ends when `signal` aborts.
   */
  resolve(image: string, credentials: RegistryCredentials, signal: AbortSignal): Promise<string>;
}
