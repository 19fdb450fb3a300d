import { readFile } from 'node:fs/promises';
import { BoundedMap, TidegateError } from '@tidegate/kernel';
import * as client from 'openid-client';
import { type ClaimedPerson, type OidcProvider, personFromClaims } from './claims.js';
import { codes } from './errors.js';
import { newSessionSecret } from './secrets.js';

/** A sign-in that has gone to the provider and is not back yet. */
interface UnderWay {
  provider: OidcProvider;
  verifier: string;
  nonce: string;
  redirectUri: string;
  returnTo: string;
  until: number;
}

const UNDER_WAY_MS = 10 * 60_000;
const MOST_UNDER_WAY = 1_000;
const TIMEOUT_S = 10;

/**
 * Sign-in with OpenID Connect: authorization code with PKCE, state and nonce. What is under way is kept in memory and bound to the browser by a cookie with the
 * state, so another browser's answer, or one that was used, is refused.
 */
export class OidcSignIn {
  private readonly discovered = new Map<string, Promise<client.Configuration>>();
  private readonly underWay = new BoundedMap<string, UnderWay>(MOST_UNDER_WAY);

  constructor(
    readonly providers: readonly OidcProvider[],
    private readonly now: () => Date,
    /** Plain http, for providers on this machine; default only https. */
    private readonly options: { allowHttp?: boolean } = {},
  ) {}

  /** Where to send the browser, and the state that its cookie has to keep. Throws ID_NOT_FOUND or ID_PROVIDER_FAILED. */
  async begin(name: string, redirectUri: string, returnTo: string): Promise<{ location: URL; state: string }> {
    const provider = this.providers.find((p) => p.name === name);
    if (!provider) throw new TidegateError(codes.ID_NOT_FOUND, 'There is no such identity provider.', { remedy: 'Go back to the sign-in page.' });
    const configuration = await this.configurationOf(provider);
    const [state, nonce, verifier] = [newSessionSecret(), newSessionSecret(), client.randomPKCECodeVerifier()];
    const location = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: provider.scopes.join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    this.underWay.set(state, { provider, verifier, nonce, redirectUri, returnTo, until: this.now().getTime() + UNDER_WAY_MS });
    return { location, state };
  }

  /** `stateOfCookie` is what the browser kept. Throws ID_PROVIDER_FAILED with what went wrong. */
  async finish(name: string, currentUrl: URL, stateOfCookie: string | undefined): Promise<{ provider: OidcProvider; person: ClaimedPerson; returnTo: string }> {
    const state = currentUrl.searchParams.get('state') ?? '';
    const begun = this.underWay.get(state);
    this.underWay.delete(state);
    if (!begun || begun.provider.name !== name || stateOfCookie !== state || begun.until < this.now().getTime()) {
      throw new TidegateError(codes.ID_PROVIDER_FAILED, 'This sign-in was not begun in this browser, or took longer than ten minutes.', { remedy: 'Sign in again.' });
    }
    const { provider, verifier, nonce, returnTo } = begun;
    const configuration = await this.configurationOf(provider);
    const callback = new URL(begun.redirectUri);
    callback.search = currentUrl.search;
    try {
      const tokens = await client.authorizationCodeGrant(configuration, callback, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
      const claims = tokens.claims();
      const subject = claims?.sub ?? '';
      const more = configuration.serverMetadata().userinfo_endpoint === undefined ? {} : await client.fetchUserInfo(configuration, tokens.access_token, subject);
      return { provider, person: personFromClaims(provider, { ...more, ...claims }), returnTo };
    } catch (error) {
      throw providerFailed(provider, error);
    }
  }

  /** Found once; a failure is not kept, so that a provider that comes back works. */
  private configurationOf(provider: OidcProvider): Promise<client.Configuration> {
    const known = this.discovered.get(provider.name);
    if (known) return known;
    const found = this.discover(provider).catch((error: unknown) => {
      this.discovered.delete(provider.name);
      throw providerFailed(provider, error);
    });
    this.discovered.set(provider.name, found);
    return found;
  }

  private async discover(provider: OidcProvider): Promise<client.Configuration> {
    const secret = provider.clientSecretFile === undefined ? undefined : (await readFile(provider.clientSecretFile, 'utf8')).trim();
    const method = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
    const execute = this.options.allowHttp === true ? [client.allowInsecureRequests] : [];
    return client.discovery(new URL(provider.issuer), provider.clientId, {}, method, { timeout: TIMEOUT_S, execute });
  }
}

const providerFailed = (provider: OidcProvider, cause: unknown): TidegateError =>
  cause instanceof TidegateError
    ? cause
    : new TidegateError(codes.ID_PROVIDER_FAILED, `${provider.title ?? provider.name} did not sign you in.`, {
        remedy: 'Try again; if it stays so, ask an administrator to look at the log of the api.',
        cause,
      });
