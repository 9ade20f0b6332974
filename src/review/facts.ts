/** The tree under review, as a reader wants it told. */
export interface CheckoutFacts {
  readonly label: string;
  readonly pythonVersion: string;
  /** `describeBase`'s sentence. */
  readonly base: string;
  /** Where it is in its repository: `vendor/cpython`; absent when it is all of it, or there is none. */
  readonly folder?: string | undefined;
}
