# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
"""Tables described by where their data lies."""

from bowstring.input.location import LocationInputPlugin

__all__ = ["LocationInputPlugin"]
