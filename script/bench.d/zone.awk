# A zone of 100 selectors at each of `domains` domains, with keys of real size (RSA 2048: 410 bytes in two strings).
# Deterministic. names=FILE gets the names in random order, every fiftieth of them absent from the zone.
BEGIN {
  srand(20260101)
  letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  print "$ORIGIN example.\n$TTL 3600\n@ SOA ns host 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1"
  for (d = 0; d < domains; d++)
    for (s = 0; s < 100; s++) {
      key = ""
      for (i = 0; i < 392; i++) key = key substr(letters, int(rand() * 64) + 1, 1)
      text = "v=DKIM1; k=rsa; p=" key
      printf "s%d._domainkey.d%d TXT \"%s\" \"%s\"\n", s, d, substr(text, 1, 255), substr(text, 256)
      list[count++] = (count % 50 ? "s" : "x") s "._domainkey.d" d ".example"
    }
  for (i = count - 1; i > 0; i--) { j = int(rand() * (i + 1)); t = list[i]; list[i] = list[j]; list[j] = t }
  for (i = 0; i < count; i++) print list[i] > names
}
