# The User Service without a PostgreSQL of its own: DATABASE_URL names one.
#   docker build -t user-service .
#   docker run -p 50051:50051 -p 8000:8000 -e AUTH_MODE=required --env-file database.env user-service
# database.env has a line DATABASE_URL=postgresql://user:secret@host:5432/users.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
# -DskipTests instead of -Dmaven.test.skip, which would not make the jar of user-core's test classes that other modules
# depend on.
RUN --mount=type=cache,target=/maven \
    mvn -B -q -Dmaven.repo.local=/maven package -pl user-grpc-server -am -DskipTests -Dspotless.check.skip=true
# Removes the embedded PostgreSQL, which is most of the jar.
WORKDIR /build/slim
RUN jar --extract --file ../user-grpc-server/target/user-grpc-server.jar \
    && rm postgres-*.txz \
    && jar --create --file ../user-grpc-server.jar --manifest META-INF/MANIFEST.MF -C . .

FROM eclipse-temurin:25-jre AS service
RUN groupadd --gid 10001 service \
    && useradd --uid 10001 --gid service --no-create-home --shell /usr/sbin/nologin service \
    && mkdir --mode=700 /data \
    && chown service:service /data
COPY --from=build /build/user-grpc-server.jar /app/user-grpc-server.jar
USER 10001:10001
WORKDIR /app

# A class-data archive only works with this jar and JRE. The training run uses the database of the whole jar.
FROM service AS training
COPY --from=build /build/user-grpc-server/target/user-grpc-server.jar /tmp/whole.jar
COPY scripts/container-archive /tmp/container-archive
RUN /tmp/container-archive /tmp/whole.jar /app/user-grpc-server.jar /tmp/user-grpc-server.aot

FROM service
COPY --from=training /tmp/user-grpc-server.aot /app/user-grpc-server.aot
# The options of the JVM are in a file, since the launcher prints a line about JDK_JAVA_OPTIONS, which would not be JSON. That
# variable overrides the file. scripts/common.sh explains the compiler commands.
COPY scripts/container-flags /app/java-flags
ENV MALLOC_ARENA_MAX=2 \
    DATA_DIR=/data
VOLUME /data
EXPOSE 50051 8000 9464
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
    CMD ["java", "-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", "/app/user-grpc-server.jar", "healthcheck"]
# There is no shell in between, so SIGTERM reaches the service, which then stops gracefully.
ENTRYPOINT ["java", "-XX:Flags=/app/java-flags", "-jar", "/app/user-grpc-server.jar"]
