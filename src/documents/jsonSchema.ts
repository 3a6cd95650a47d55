/** Of zod, what only `mixplan schema` uses: loaded on its own, the rest of the package stays out of what every command loads. */
export { toJSONSchema } from 'zod';
