import { TidegateError, defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  ID_NAME_REFUSED: 'The name of an account, group or token is not allowed.',
  ID_NAME_TAKEN: 'The name belongs to somebody, or did once.',
  ID_PASSWORD_REFUSED: 'The password does not meet the policy.',
  ID_SIGN_IN_REFUSED: 'Name and password do not belong together, or the account may not sign in.',
  ID_SIGN_IN_DELAYED: 'Too many failed sign-ins: wait.',
  ID_BUSY: 'Too many sign-ins at once.',
  ID_SETUP_REFUSED: 'The setup token is wrong, or the first administrator exists already.',
  ID_NOT_FOUND: 'There is no such account, group, token or session.',
  ID_LAST_ADMINISTRATOR: 'The last administrator cannot be removed, disabled or deleted.',
  ID_LIMIT_REACHED: 'There are as many as are allowed.',
  ID_INPUT_REFUSED: 'A value is not allowed.',
  ID_PROVIDER_FAILED: 'The identity provider did not sign the person in.',
});

/** An error about one field of an input: `field` is its path there. */
export class InputError extends TidegateError {
  constructor(
    code: string,
    readonly field: string,
    message: string,
    remedy?: string,
  ) {
    super(code, message, remedy === undefined ? {} : { remedy });
  }
}
