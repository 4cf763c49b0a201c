/** Why a delivery failed. */
export interface DeliveryFailure {
  readonly why: string;
  /** Whoever was told will never take it. */
  readonly isFinal: boolean;
}

/** Tells of refusals, each a JSON text without line ends; returns why it could not. */
export type Deliver = (
  refusals: readonly string[],
  signal: AbortSignal,
) => Promise<DeliveryFailure | undefined>;
