# Verifies with Mail::DKIM. Reads paths, writes `path verdict said`.
use strict;
use warnings;
use Mail::DKIM::Verifier;
use Net::DNS;

my $resolver = Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], recurse => 0);
Mail::DKIM::DNS::resolver($resolver);
binmode(STDOUT, ':utf8');
$| = 1;
while (my $path = <STDIN>) {
    chomp $path;
    my $dkim = Mail::DKIM::Verifier->new;
    eval {
        open(my $file, '<:raw', $path) or die "cannot read $path: $!";
        local $/;
        $dkim->PRINT(scalar <$file>);
        $dkim->CLOSE;
        1;
    };
    my $said = $@ ? "dies: $@" : $dkim->result_detail;
    $said =~ s/\s+/ /g;
    my $result = $@ ? 'reject' : $dkim->result;
    my $verdict = $result eq 'pass' ? 'accept' : $result eq 'temperror' ? 'temporary' : 'reject';
    print "$path $verdict ", substr($said, 0, 200), "\n";
}
