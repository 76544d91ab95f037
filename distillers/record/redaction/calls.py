"""Secrets that calls in code take: which call, and at which place among what it is given."""

from __future__ import annotations

import re
from typing import Final

from distillers.record.redaction.shapes import Shape, is_key
from distillers.record.redaction.views import MASKED

_KEYS: Final = """
    fernet(                                              0
    aes.new( des3.new( chacha20.new( blowfish.new(       0
    hmac.new( hmac.digest( hmac.hexdigest(               0 digest
    hmacsha1( hmacsha256( hmacsha384( hmacsha512(        0 1
    algorithm.hmac256( algorithm.hmac384( algorithm.hmac512(  0
    createhmac(                                          1
    createcipheriv( createdecipheriv(                    1
    aes.encrypt( aes.decrypt( rc4.encrypt( rc4.decrypt(  1
    openssl_encrypt( openssl_decrypt(                    2
    hash_hmac(                                           2
    jwt.sign( jwt.verify( jwt.encode( jwt.decode( jwt::encode( jwt::decode(  1
    signwith( setsigningkey( hmacshakeyfor( signedstring(  0 1
    secretkeyspec( symmetricsecuritykey(                 0
    new_from_slice( newcookiestore( securecookie.new( aes.newcipher(  0
    urlsafeserializer( urlsafetimedserializer( timestampsigner(  0
    messageencryptor.new( messageverifier.new( cookieparser(  0
    constructevent( construct_event(                     2
    azurekeycredential(                                  0
    basicawscredentials( awsbasiccredentials.create( newstaticcredentials(  1
    clientsecretcredential(                              2
"""
"""Calls (anchors), and where among their arguments the key stands; ``digest``: behind one, if one is first."""

_PASSWORDS: Final = """
    bcrypt.compare( bcrypt.comparesync( bcrypt.hash( bcrypt.hashsync( bcrypt.hashpw( bcrypt.checkpw(  0
    bcrypt.generatefrompassword(                         0
    bcrypt.comparehashandpassword( argon2.verify( check_password_hash(  1
    argon2.hash( generate_password_hash( password_hash( password_verify( make_password( set_password(  0
    pbkdf2_hmac(                                         1
    pbkdf2( pbkdf2sync( scryptsync( pbekeyspec(          0
    mysqli_connect( mysqli( pdo( pymysql.connect( mysqldb.connect( drivermanager.getconnection(  2
    networkcredential( usernamepasswordcredentials( plaincredentials( plaintextauthprovider(  1
    basicauth( basic_auth( httpdigestauth( credentials.basic( auth.basic( withcredentials( setauth(  1
    username_pw_set( userinfo( simple_bind( simple_bind_s( simplebind( smbconnection(  1
    oracle.connect( oracledb.connect(                    1
    createcredential( createscramsha1credential( createscramsha256credential( ftp( ftp_tls( minio( jenkins(  2
    ssh.connect( sftp.connect( ssh_client.connect( sshclient.connect( client.connect( transport.connect(  1 3
    redis.redis( strictredis(                            3
    .sendline( .send_line(                               0
"""
"""The same for passwords."""

_OPENS: Final = (
    r"(?:\[\]byte\(|buffer\.from\(|new\s|(?:[\w.]{1,30}\.)?getbytes\(|(?:keys\.hmacshakeyfor|key|bytes)\(|\w{1,12}=){0,3}"
    r"[bru@]{0,2}"
)
"""What a quoted value may be dressed in."""
_QUOTED: Final = (
    rf"(?:\"(?P<v>[^\"\n{MASKED}]{{5,512}})\"|'(?P<w>[^'\n{MASKED}]{{5,512}})'|`(?P<x>[^`\n{MASKED}]{{5,512}})`)"
)
_ARGUMENT: Final = (
    r"(?>(?:[^\s,()\[\]{}\"']|[ \t]|\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|\((?:[^()\n]|\([^()\n]{0,60}\)){0,120}\)"
    r"|\{[^{}\n]{0,200}\}|\[[^\[\]\n]{0,200}\]){1,60}),\s{0,24}"
)
"""One that is passed over."""
_DIGEST: Final = r"(?:[^,\n]{0,40}(?:sha|md5)[^,\n]{0,24},\s{0,24})?"


def _rows(table: str, kind: str) -> tuple[Shape, ...]:
    return tuple(_shape(line.split(), kind) for line in table.strip().splitlines())


def _shape(row: list[str], kind: str) -> Shape:
    calls = tuple(word for word in row if word.endswith("("))
    places = [int(word) for word in row if word.isdigit()]
    names = "|".join(map(re.escape, calls))
    skipped = _DIGEST if "digest" in row else rf"(?:{_ARGUMENT}){{{places[0]},{places[-1]}}}"
    return Shape(kind, calls, rf"(?:{names})\s{{0,24}}{skipped}{_OPENS}{_QUOTED}", re.IGNORECASE, is_key)


CALLS: Final = (*_rows(_KEYS, "key"), *_rows(_PASSWORDS, "password"))
