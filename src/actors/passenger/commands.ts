/**
 * What a passenger's actor can be told and asked. His money is his wallet's and his sales are the devices': the
 * view `sales` lists them, open ones too, so that a sale costs no entry here.
 */
export type PassengerCommands = {
  /** By the passenger, or by the gateway when he signs up. Refuses `bad_input`. */
  setProfile: { input: { readonly displayName: string }; reply: { readonly passenger: string } };
};

export type PassengerReads = {
  /** By the passenger, the platform, a job; never by a driver. Refuses `not_yours`. */
  profile: { input: object; reply: { readonly passenger: string; readonly displayName: string } };
};
