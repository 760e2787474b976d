/** How a customer may be called, in rules, in the API and on the command line. */
export const OWNER_NAME = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;
