/** Topics of visible events: the families, and `unknown`. */
export const ROUTES = ['batch', 'interaction', 'video', 'unknown'] as const;
