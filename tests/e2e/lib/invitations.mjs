// The links that mails carry, as Tenant Admins find them in the outbox.
import { eventually, shown } from './expect.mjs';
import { superuser, stranger } from './world.mjs';

export const invitationsPath = '/api/catalog/invitations/platform/';

/** The link of the newest mail to this address: a URL of this server, whatever its public one is. */
export function linkOf(server, email, platform = 'main') {
  return eventually(async () => {
    const path = `${invitationsPath}outbox/?platform_key=${platform}&page_size=100`;
    const { results } = shown(await superuser(server).get(path), 200);
    const mails = results.filter((each) => each.email.toLowerCase() === email.toLowerCase() && each.link);
    const newest = mails.sort((a, b) => b.invitation_id - a.invitation_id)[0];
    if (!newest) return undefined;
    const { pathname, search } = new URL(newest.link);
    return new URL(`${server.url}${pathname}${search}`);
  }, `a link for ${email} in the outbox`);
}

/** What redeeming needs of a link: { platform_key, email, token }. */
export const secretsIn = (link) => Object.fromEntries(link.searchParams);

export const invite = async (api, email, more = {}) => shown(await api.post(invitationsPath, { email, ...more }), 201);

export const redeem = (server, body, options) => stranger(server).post(`${invitationsPath}redeem/`, body, options);
