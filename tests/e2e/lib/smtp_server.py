"""A real SMTP server (aiosmtpd) for the mail suite. Says one JSON line on standard output for each thing that happens:
{"listening": port} once, then {"mail": {...}} for each one taken. How it behaves is read from a file before each mail."""
import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(what):
    sys.stdout.write(json.dumps(what) + '\n')
    sys.stdout.flush()


class Post:
    def __init__(self, behaviour_file):
        self.behaviour_file = behaviour_file

    def behaviour(self):
        try:
            with open(self.behaviour_file, encoding='utf-8') as file:
                return file.read().split()
        except FileNotFoundError:
            return ['take']

    async def handle_MAIL(self, server, session, envelope, address, options):
        how = self.behaviour()
        if how[0] == 'stall':
            await asyncio.sleep(3600)
        envelope.mail_from = address
        return '250 2.1.0 ok'

    async def handle_RCPT(self, server, session, envelope, address, options):
        how = self.behaviour()
        if how[0] == 'refuse' and (len(how) < 3 or address == how[2]):
            return how[1] + ' said to ' + address
        envelope.rcpt_tos.append(address)
        return '250 2.1.5 ok'

    async def handle_DATA(self, server, session, envelope):
        how = self.behaviour()
        if how[0] == 'vanish':
            server.transport.abort()
            return '451 never heard'
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        tls = session.ssl is not None or server.transport.get_extra_info('ssl_object') is not None
        say({'mail': {
            'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'tls': tls,
            'user': session.auth_data, 'headers': [[name, str(value)] for name, value in message.items()],
            'type': message.get_content_type(), 'parts': parts, 'raw': envelope.original_content.decode('latin-1')}})
        return '250 2.0.0 taken'


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        good = data.login.decode() == user and data.password.decode() == password
        return AuthResult(success=good, auth_data=user if good else None)
    return check


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--behaviour', required=True)
    parser.add_argument('--tls', choices=['none', 'starttls', 'smtps'], default='none')
    parser.add_argument('--certificate')
    parser.add_argument('--key')
    parser.add_argument('--user')
    options = parser.parse_args()
    context = None
    if options.tls != 'none':
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    post = Post(options.behaviour)

    def session():
        settings = {'hostname': 'mx.example', 'enable_SMTPUTF8': False}
        if options.user:
            settings |= {'authenticator': authenticator(options.user, os.environ['SMTP_PASSWORD']),
                         'auth_required': True, 'auth_require_tls': options.tls == 'starttls'}
        if options.tls == 'starttls':
            settings |= {'tls_context': context, 'require_starttls': True}
        return SMTP(post, **settings)

    server = await asyncio.get_running_loop().create_server(
        session, '127.0.0.1', options.port, ssl=context if options.tls == 'smtps' else None)
    say({'listening': server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(main())
