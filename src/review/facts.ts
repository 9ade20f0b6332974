/** The tree under review, as a reader wants it told. */
export interface CheckoutFacts {
  readonly label: string;
  readonly pythonVersion: string;
  /** `describeBase`'s sentence. */
  readonly base: string;
}
