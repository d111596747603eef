"""How often mixi may be asked.

It answers 503 for a while to whoever asks too often; the numbers are not published. It
counts per client id, which is one per site.
"""

from inboxhub.networks.budget import Pace

# At most 60 calls in any minute for an account, 300 for the site.
OF_ACCOUNT = Pace(1.5, burst=20)
OF_SITE = Pace(0.25, burst=60)
