# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Places where files lie. This engine reads the local file system: the other places can be named, and say so when they are read."""

from __future__ import annotations

import os
from typing import Any

from bowstring.errors import BowstringError, UnsupportedError

__all__ = ["AmazonS3", "GoogleCloud", "Http", "LocalFileSystem", "MicrosoftAzure"]


class _Store:
    """A place; what it is told is kept for :func:`repr`."""

    _host: str | None = None  # what stands for it in URLs, where the caller names no host

    def _keep(self, **facts: Any) -> None:
        self._facts = {name: value for name, value in facts.items() if value is not None and "key" not in name and "token" not in name}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._facts.items())})"

    def _local_path(self, url: str, rest: str) -> str:
        raise UnsupportedError(f"This feature is not implemented: reading {url!r} from {self!r}: local files only")


class LocalFileSystem(_Store):
    """The local file system, or one of its folders."""

    def __init__(self, prefix: str | None = None) -> None:
        self._keep(prefix=prefix)
        self._prefix = None if prefix is None else os.fspath(prefix)

    def _local_path(self, url: str, rest: str) -> str:
        return "/" + rest if self._prefix is None else os.path.join(self._prefix, rest)


class AmazonS3(_Store):
    def __init__(
        self,
        bucket_name: str,
        region: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        session_token: str | None = None,
        endpoint: str | None = None,
        allow_http: bool = False,
        imdsv1_fallback: bool = False,
    ) -> None:
        self._keep(bucket_name=bucket_name, region=region, endpoint=endpoint)
        self._host = bucket_name


class GoogleCloud(_Store):
    def __init__(self, bucket_name: str, service_account_path: str | None = None) -> None:
        self._keep(bucket_name=bucket_name)
        self._host = bucket_name


class Http(_Store):
    def __init__(self, url: str) -> None:
        self._keep(url=url)


class MicrosoftAzure(_Store):
    def __init__(
        self,
        container_name: str,
        account: str | None = None,
        access_key: str | None = None,
        bearer_token: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        tenant_id: str | None = None,
        sas_query_pairs: list[tuple[str, str]] | None = None,
        use_emulator: bool | None = None,
        allow_http: bool | None = None,
        use_fabric_endpoint: bool | None = None,
    ) -> None:
        self._keep(container_name=container_name, account=account)
        self._host = container_name


class _Registry:
    """The places of one session, by the scheme and host of a URL."""

    def __init__(self) -> None:
        self._stores: dict[str, _Store] = {}

    def add(self, scheme: str, store: Any, host: str | None) -> None:
        if not isinstance(store, _Store):
            raise TypeError(
                f"failed to extract enum StorageContexts: '{type(store).__name__}' object is none of AmazonS3, GoogleCloud, MicrosoftAzure, "
                "LocalFileSystem, Http"
            )
        self._stores[_root(scheme, host or store._host)] = store

    def remove(self, scheme: str, host: str | None) -> None:
        root = _root(scheme, host)
        if self._stores.pop(root, None) is None and root != "file://":
            raise BowstringError(
                f"DataFusion error: Internal error: Failed to deregister object store. No suitable object store found for {root}."
            )

    def add_for(self, path: Any, store: Any) -> None:
        """Registers a place, if there is one, under the scheme and host of a path that is read from it."""
        if store is None:
            return
        for one in [path] if isinstance(path, (str, os.PathLike)) else path:
            scheme, slashes, rest = os.fspath(one).partition("://")
            if not slashes:
                raise ValueError(
                    f"Cannot determine object store URL from path '{one}'. The path must use a URL scheme (e.g. 's3://bucket/key')."
                )
            self.add(scheme + "://", store, rest.partition("/")[0] or None)

    def local(self, path: str) -> str:
        """The file behind a URL of a registered place; other paths stay."""
        scheme, slashes, rest = path.partition("://")
        if not slashes:
            return path
        host, _, key = rest.partition("/")
        store = self._stores.get(_root(scheme, host))
        if store is not None:
            return store._local_path(path, key)
        if scheme != "file" or host:
            raise UnsupportedError(
                f"DataFusion error: Internal error: No suitable object store found for {path}. See register_object_store()."
            )
        return path


def _root(scheme: str, host: str | None) -> str:
    """`scheme://host`; the host may be part of the scheme's text."""
    scheme, _, own = scheme.partition("://")
    return f"{scheme}://{(own or host or '').partition('/')[0]}"


for _name in __all__:
    globals()[_name].__module__ = "bowstring.object_store"
del _name
