import java.nio.file.Path;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One node of a cluster in a process of its own, so that it can be killed as machines are.
 *
 * Arguments: the folder of the node, its name, the cluster's name, then settings as key=value.
 */
public final class Node {
    private Node() {
    }

    public static void main(final String[] arguments) throws Exception {
        final OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("node.name", arguments[1]);
            for (int at = 3; at < arguments.length; at++) {
                final String[] pair = arguments[at].split("=", 2);
                if (pair[1].startsWith("[")) {
                    settings.putList(pair[0], pair[1].substring(1, pair[1].length() - 1).split(","));
                } else {
                    settings.put(pair[0], pair[1]);
                }
            }
        }).build(OpenSearchRunner.newConfigs()
                .basePath(Path.of(arguments[0]).toAbsolutePath().toString())
                .clusterName(arguments[2])
                .numOfNode(1));
        Thread.currentThread().join();
    }
}
