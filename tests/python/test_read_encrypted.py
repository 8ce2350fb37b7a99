# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Encrypted Parquet files: keys by options, wrong and missing keys, files of another footer."""

import base64

import pytest

import bowstring as bs

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
encryption = pytest.importorskip("pyarrow.parquet.encryption")

ROWS = {"a": list(range(100)), "s": [f"row {i}" for i in range(100)], "f": [i / 4 for i in range(100)]}


class Kms(encryption.KmsClient):
    """Shows the keys that the writer draws: they are given to it to be wrapped."""

    keys: dict = {}

    def __init__(self, config):
        super().__init__()

    def wrap_key(self, key_bytes, master_key_identifier):
        Kms.keys[master_key_identifier] = key_bytes.hex()
        return base64.b64encode(key_bytes)

    def unwrap_key(self, wrapped_key, master_key_identifier):
        return base64.b64decode(wrapped_key)


def write(path, plaintext_footer=False, columns=("s",)):
    """Writes the file; answers the options that read it."""
    Kms.keys = {}
    config = encryption.EncryptionConfiguration(
        footer_key="footer",
        column_keys={f"key_{name}": [name] for name in columns},
        plaintext_footer=plaintext_footer,
        double_wrapping=False,
    )
    properties = encryption.CryptoFactory(Kms).file_encryption_properties(encryption.KmsConnectionConfig(), config)
    with pq.ParquetWriter(path, pa.table(ROWS).schema, encryption_properties=properties) as writer:
        writer.write_table(pa.table(ROWS))
    options = {"crypto.file_decryption.footer_key_as_hex": Kms.keys["footer"]}
    for name in columns:
        options[f"crypto.file_decryption.column_key_as_hex::{name}"] = Kms.keys[f"key_{name}"]
    return options


def create(ctx, path, options):
    pairs = ", ".join(f"'{key}' '{value}'" for key, value in options.items())
    ctx.sql(f"create external table e stored as parquet location '{path}' options ({pairs})")
    return ctx.table("e")


@pytest.mark.parametrize("plaintext_footer", [False, True])
def test_rows(tmp_path, plaintext_footer):
    path = tmp_path / "e.parquet"
    options = write(path, plaintext_footer)
    frame = create(bs.SessionContext(), path, options)
    assert frame.to_pydict() == ROWS
    assert frame.filter(bs.col("a") > 97).select("s").to_pydict() == {"s": ["row 98", "row 99"]}


def test_format_prefix(tmp_path):
    path = tmp_path / "e.parquet"
    options = {f"format.{key}": value for key, value in write(path).items()}
    assert create(bs.SessionContext(), path, options).count() == 100


def test_wrong_and_missing_keys(tmp_path):
    path = tmp_path / "e.parquet"
    options = write(path)
    footer = "crypto.file_decryption.footer_key_as_hex"
    with pytest.raises(Exception, match="(?i)decrypt|encrypt"):
        create(bs.SessionContext(), path, {**options, footer: "00" * 16}).collect()
    with pytest.raises(Exception, match="(?i)decrypt|encrypt|key"):
        bs.SessionContext().read_parquet(path).collect()
    only_footer = {footer: options[footer]}
    frame = create(bs.SessionContext(), path, only_footer)
    with pytest.raises(Exception, match="(?i)decrypt|encrypt|key"):
        frame.select("s").collect()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("crypto.file_decryption.footer_key_as_hex", "0x12", "hexadecimal"),
        ("crypto.file_decryption.footer_key_as_hex", "abcd", "16, 24 or 32"),
        ("crypto.file_decryption.nope", "ab" * 16, "not found"),
    ],
)
def test_bad_options(tmp_path, key, value, words):
    path = tmp_path / "e.parquet"
    options = write(path)
    with pytest.raises(ValueError, match=words):
        create(bs.SessionContext(), path, {**options, key: value})


def test_a_plain_file_needs_none(tmp_path):
    path = tmp_path / "e.parquet"
    options = write(path)
    plain = tmp_path / "plain.parquet"
    pq.write_table(pa.table(ROWS), plain)
    assert create(bs.SessionContext(), plain, options).to_pydict() == ROWS
