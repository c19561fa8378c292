defmodule HelloBeam.ClusterTest do
  use ExUnit.Case, async: true

  alias HelloBeam.Cluster

  doctest Cluster

  test "names peers after their IPv6 addresses" do
    addresses = [{0xFDAA, 0, 1, 0, 0, 0, 0, 2}, {0xFDAA, 0, 1, 0, 0, 0, 0, 3}]

    assert Cluster.peers(addresses, :"web@fdaa:0:1::2") == [:"web@fdaa:0:1::3"]
  end

  test "knows itself however its address is written" do
    assert Cluster.peers([{0xFDAA, 0, 0, 0, 0, 0, 0, 2}], :"web@fdaa:0:0:0:0:0:0:2") == []
  end

  test "names an address once" do
    assert Cluster.peers([{10, 0, 0, 2}, {10, 0, 0, 2}], :"web@10.0.0.1") == [:"web@10.0.0.2"]
  end

  test "asks for the records of its own address family" do
    assert Cluster.record_type(:"web@10.0.0.1") == :a
    assert Cluster.record_type(:"web@fdaa:0:1::2") == :aaaa
    assert Cluster.record_type(:"web@host.example") == nil
    assert Cluster.record_type(:nonode@nohost) == nil
  end
end
